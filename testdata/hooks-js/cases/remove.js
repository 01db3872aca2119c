// shows: beforeAll takes transactions away
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((transactions) => {
  transactions.splice(1, 3);
});
hooks.beforeEach((transaction) => note(transaction.name));
hooks.afterAll((transactions) => note(`afterAll ${transactions.length}`));
