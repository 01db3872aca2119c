// shows: skipping wins over failing
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => {
  transaction.fail = 'no';
  transaction.skip = true;
});
