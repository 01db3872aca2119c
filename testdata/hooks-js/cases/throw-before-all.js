// shows: an error thrown in beforeAll
// differs: counts: the result of the first transaction is kept; Dredd drops it
// bailiff counts: 4 1 1 0
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((data) => {
  note('beforeAll');
  throw new Error('thrown in beforeAll');
});
hooks.beforeAll((data) => note('beforeAll, the next one'));
hooks.after(names.view, (transaction) => note('after view'));
