// shows: an error thrown in after of one transaction
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.after(names.view, (transaction) => {
  note('after');
  throw new Error('thrown in after');
});
hooks.after(names.view, (transaction) => note('after, the next one'));
hooks.afterEach((transaction) => note(`afterEach ${transaction.id}`));
