// shows: beforeAll reorders the list
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((transactions) => {
  transactions.reverse();
  transactions.sort((a, b) => a.request.method.localeCompare(b.request.method));
});
hooks.beforeEach((transaction) => note(transaction.name));
