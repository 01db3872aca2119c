// shows: failing with a reason, before and after
// differs: order: fail keeps the reason that a hook gave; Dredd puts true in its place
// bailiff order: GET (200) /items not today, POST (201) /items nor this, GET (200) /items/1 undefined, PUT (200) /items/1 undefined, DELETE (204) /items/1 undefined
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  transaction.fail = 'not today';
});
hooks.beforeValidation(names.create, (transaction) => {
  transaction.fail = 'nor this';
});
hooks.after(names.view, (transaction) => {
  transaction.fail = 'nor that';
});
hooks.afterEach((transaction) => note(`${transaction.id} ${transaction.fail}`));
