// shows: a hook changes method, headers, path and body of the request
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  transaction.fullPath += '?page=2';
  transaction.request.headers.Authorization = 'Bearer token';
  transaction.request.uri = '/only/shown';
});
hooks.before(names.create, (transaction) => {
  const body = JSON.parse(transaction.request.body);
  body.name = 'lampe à huile, 灯';
  transaction.request.body = JSON.stringify(body);
});
hooks.before(names.view, (transaction) => {
  transaction.request.method = 'POST';
  transaction.request.body = 'text';
  transaction.request.headers = { 'X-Only': '1' };
});
hooks.before(names.change, (transaction) => {
  delete transaction.request.headers['Content-Type'];
});
