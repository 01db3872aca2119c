// shows: skipping when the response is there
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeValidation(names.change, (transaction) => {
  transaction.skip = true;
});
hooks.after(names.view, (transaction) => {
  transaction.skip = true;
});
