// shows: an error thrown in beforeValidation of one transaction
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeValidation(names.view, (transaction) => {
  note('beforeValidation');
  throw new Error('thrown in beforeValidation');
});
hooks.beforeValidation(names.view, (transaction) => note('beforeValidation, the next one'));
hooks.afterEach((transaction) => note(`afterEach ${transaction.id}`));
