// shows: all hooks get the same objects, with what they keep in them
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const seen = new Map();
hooks.beforeEach((transaction) => {
  seen.set(transaction.name, transaction);
  transaction.mine = { request: transaction.request, at: new Date(), run() { return 'kept'; } };
  transaction.mine.circle = transaction;
});
hooks.beforeEachValidation((transaction) => {
  note(`same ${seen.get(transaction.name) === transaction}, request ${transaction.mine.request === transaction.request}`);
});
hooks.afterEach((transaction) => {
  note(`same ${seen.get(transaction.name) === transaction}, ${transaction.mine.run()}, ${transaction.mine.circle === transaction}`);
  note(`parts ${transaction.test.request === transaction.request}, ${transaction.test.actual === transaction.real}`);
  note(`listed ${hooks.transactions[transaction.name] === transaction}`);
});
