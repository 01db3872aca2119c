// shows: assertions of chai that hold, about request, response and verdict
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { expect } = require('chai');
hooks.beforeEachValidation((transaction) => {
  expect(transaction.real.statusCode).to.be.a('number');
  expect(transaction.expected.statusCode).to.be.a('string');
});
hooks.after(names.view, (transaction) => {
  expect(transaction.test.valid).to.equal(true);
  expect(JSON.parse(transaction.real.body)).to.have.property('name', 'lamp');
  note('it holds');
});
