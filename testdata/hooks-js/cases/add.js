// shows: beforeAll adds a transaction, a copy of another
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeAll((transactions) => {
  const view = transactions.find((t) => t.name === names.view);
  const copy = JSON.parse(JSON.stringify(view));
  copy.name = 'Items > Item > View again';
  copy.fullPath = '/items/1?again';
  copy.request.headers['X-Again'] = '1';
  transactions.push(copy);
});
hooks.before('Items > Item > View again', (transaction) => note(`before ${transaction.fullPath}`));
hooks.beforeEach((transaction) => note(transaction.name));
