// shows: a hook changes other transactions through a list that it kept
const hooks = require('hooks');
const note = require('note');
const names = require('names');

let all;
hooks.beforeAll((transactions) => {
  all = transactions;
});
hooks.after(names.create, (transaction) => {
  const { id } = JSON.parse(transaction.real.body);
  for (const t of all.slice(2)) {
    t.fullPath = `/items/${id}?of=${all.indexOf(t)}`;
  }
});
hooks.afterAll((transactions) => note(`the same list: ${transactions === all}`));
