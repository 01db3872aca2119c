// shows: an assertion of chai in before
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { expect } = require('chai');
hooks.before(names.view, (transaction) => {
  note('before');
  expect(transaction.name).to.equal('something else');
});
hooks.before(names.view, (transaction) => note(`before, the next one, fail ${Boolean(transaction.fail)}`));
hooks.after(names.view, (transaction) => note(`after, fail ${Boolean(transaction.fail)}`));
