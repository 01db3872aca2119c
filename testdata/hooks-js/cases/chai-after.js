// shows: an assertion of chai in after
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { expect } = require('chai');
hooks.after(names.view, (transaction) => {
  note('after');
  expect(transaction.name).to.equal('something else');
});
hooks.after(names.view, (transaction) => note(`after, the next one, fail ${Boolean(transaction.fail)}`));
hooks.after(names.view, (transaction) => note(`after, fail ${Boolean(transaction.fail)}`));
