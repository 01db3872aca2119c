// shows: a hook renames a transaction: later hooks go by the new name
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEach((transaction) => {
  if (transaction.name === names.view) {
    transaction.name = 'renamed';
  }
});
hooks.before(names.view, (transaction) => note('before, old name'));
hooks.before('renamed', (transaction) => note('before, new name'));
hooks.after('renamed', (transaction) => note('after, new name'));
