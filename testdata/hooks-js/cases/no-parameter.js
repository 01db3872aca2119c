// shows: hooks without a parameter
// differs: counts exit order requests: a hook without parameters is run; Dredd never goes on, and ends with 0
// bailiff counts: 4 1 0 0
// bailiff exit: 1
// bailiff order: before list, after list
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, () => note('before list'));
hooks.after(names.list, (transaction) => note('after list'));
