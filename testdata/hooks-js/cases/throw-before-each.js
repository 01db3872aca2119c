// shows: an error thrown in beforeEach
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEach((data) => {
  note('beforeEach');
  throw new Error('thrown in beforeEach');
});
hooks.beforeEach((data) => note('beforeEach, the next one'));
hooks.after(names.view, (transaction) => note('after view'));
