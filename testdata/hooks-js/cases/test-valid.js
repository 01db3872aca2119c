// shows: a hook overrules the verdict
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.after(names.list, (transaction) => {
  transaction.test.valid = false;
  transaction.test.message = 'overruled';
});
hooks.after(names.change, (transaction) => {
  note(`valid ${transaction.test.valid}, status ${transaction.test.status}`);
  transaction.test.valid = true;
});
