// shows: an error thrown in afterEach
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.afterEach((data) => {
  note('afterEach');
  throw new Error('thrown in afterEach');
});
hooks.afterEach((data) => note('afterEach, the next one'));
hooks.after(names.view, (transaction) => note('after view'));
