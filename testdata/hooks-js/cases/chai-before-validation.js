// shows: an assertion of chai in beforeValidation
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { expect } = require('chai');
hooks.beforeValidation(names.view, (transaction) => {
  note('beforeValidation');
  expect(transaction.name).to.equal('something else');
});
hooks.beforeValidation(names.view, (transaction) => note(`beforeValidation, the next one, fail ${Boolean(transaction.fail)}`));
hooks.after(names.view, (transaction) => note(`after, fail ${Boolean(transaction.fail)}`));
