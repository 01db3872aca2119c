// shows: skipping in beforeAll
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((transactions) => {
  for (const t of transactions.slice(1)) {
    t.skip = true;
  }
});
hooks.beforeEachValidation((transaction) => note(transaction.id));
