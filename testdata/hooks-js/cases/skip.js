// shows: skipping in before, and what runs then
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.create, (transaction) => {
  transaction.skip = true;
});
hooks.afterEach((transaction) => note(`${transaction.id} ${transaction.skip}`));
