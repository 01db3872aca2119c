// shows: an assertion of Node
// differs: counts requests: an assertion fails the transaction, whoever's it is; in Dredd only that of its own chai does, others are errors
// bailiff counts: 3 2 0 0
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const assert = require('assert');
hooks.before(names.view, (transaction) => assert.strictEqual(transaction.name, 'something else'));
