// shows: an error thrown in beforeEachValidation
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEachValidation((data) => {
  note('beforeEachValidation');
  throw new Error('thrown in beforeEachValidation');
});
hooks.beforeEachValidation((data) => note('beforeEachValidation, the next one'));
hooks.after(names.view, (transaction) => note('after view'));
