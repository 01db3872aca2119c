// shows: an error thrown in before of one transaction
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => {
  note('before');
  throw new Error('thrown in before');
});
hooks.before(names.view, (transaction) => note('before, the next one'));
hooks.afterEach((transaction) => note(`afterEach ${transaction.id}`));
