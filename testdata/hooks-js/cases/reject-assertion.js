// shows: an async function whose assertion fails
// differs: counts order requests: a promise that an assertion rejected fails the transaction; Dredd breaks, without a summary
// bailiff counts: 3 2 0 0
// bailiff order: after remove
// bailiff requests: GET /items, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { expect } = require('chai');
hooks.after(names.view, async (transaction) => expect(transaction.name).to.equal('something else'));
hooks.after(names.remove, (transaction) => note('after remove'));
