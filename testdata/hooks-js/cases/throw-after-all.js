// shows: an error thrown in afterAll
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.afterAll((data) => {
  note('afterAll');
  throw new Error('thrown in afterAll');
});
hooks.afterAll((data) => note('afterAll, the next one'));
hooks.after(names.view, (transaction) => note('after view'));
