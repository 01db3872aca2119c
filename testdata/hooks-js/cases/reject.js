// shows: a promise that is rejected
// differs: counts order requests: a promise that is rejected makes the transaction an error; Dredd breaks, without a summary
// bailiff counts: 3 1 1 0
// bailiff order: after remove
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => Promise.reject(new Error('rejected')));
hooks.after(names.remove, (transaction) => note('after remove'));
