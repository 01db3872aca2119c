// shows: all eight kinds of hooks, and their order
const hooks = require('hooks');
const note = require('note');
const names = require('names');

for (const kind of ['beforeAll', 'afterAll']) {
  hooks[kind]((transactions) => note(`${kind} ${transactions.length}`));
}
for (const kind of ['beforeEach', 'beforeEachValidation', 'afterEach']) {
  hooks[kind]((transaction) => note(`${kind} ${transaction.id}`));
}
for (const kind of ['before', 'beforeValidation', 'after']) {
  hooks[kind](names.list, (transaction) => note(`${kind} ${transaction.name}, first`));
  hooks[kind](names.list, (transaction) => note(`${kind} ${transaction.name}, second`));
  hooks[kind](names.view, (transaction) => note(`${kind} ${transaction.name}`));
}
