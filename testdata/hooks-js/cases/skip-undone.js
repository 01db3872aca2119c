// shows: a later hook takes skipping back, in the ways JavaScript has
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEach((transaction) => {
  transaction.skip = true;
});
hooks.before(names.list, (transaction) => {
  transaction.skip = false;
});
hooks.before(names.create, (transaction) => {
  delete transaction.skip;
});
hooks.before(names.view, (transaction) => {
  transaction.skip = undefined;
});
hooks.before(names.remove, (transaction) => {
  transaction.skip = 0;
});
