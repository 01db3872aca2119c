// shows: a hook changes the response
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeValidation(names.change, (transaction) => {
  const body = JSON.parse(transaction.real.body);
  body.price = 5;
  transaction.real.body = JSON.stringify(body);
});
hooks.beforeValidation(names.list, (transaction) => {
  transaction.real.statusCode = 500;
});
hooks.beforeEachValidation((transaction) => note(`${transaction.real.statusCode} ${transaction.real.headers['content-type']}`));
