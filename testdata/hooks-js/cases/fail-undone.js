// shows: a later hook takes failing back
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEach((transaction) => {
  transaction.fail = 'for now';
});
hooks.before(names.list, (transaction) => {
  transaction.fail = false;
});
hooks.before(names.view, (transaction) => {
  delete transaction.fail;
});
