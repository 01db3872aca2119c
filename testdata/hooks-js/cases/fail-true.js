// shows: failing without a reason
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  transaction.fail = true;
});
hooks.after(names.view, (transaction) => {
  transaction.fail = true;
});
