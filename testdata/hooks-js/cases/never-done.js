// shows: done is never called
// bailiff args: --hook-timeout 300ms
// differs: counts exit order requests: a hook that takes too long is given up and its transaction is an error; Dredd ends without a word, and with 0
// bailiff counts: 3 1 1 0
// bailiff exit: 1
// bailiff order: before view, after remove
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction, done) => note('before view'));
hooks.after(names.remove, (transaction) => note('after remove'));
