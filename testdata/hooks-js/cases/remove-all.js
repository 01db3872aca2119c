// shows: beforeAll takes all transactions away
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((transactions) => {
  transactions.length = 0;
});
hooks.beforeEach((transaction) => note(transaction.name));
hooks.afterAll((transactions) => note(`afterAll ${transactions.length}`));
