// shows: a hook returns a promise: it is waited for
// differs: order requests: promises are waited for; Dredd goes on at once
// bailiff order: the promise of before, after
// bailiff requests: GET /items X-Late=yes, POST /items Content-Type=application/json {"name": "lamp"}, GET /items/1, PUT /items/1 Content-Type=application/json {"name": "lantern"}, DELETE /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => new Promise((resolve) => {
  setTimeout(() => {
    note('the promise of before');
    transaction.request.headers['X-Late'] = 'yes';
    resolve();
  }, 3000);
}));
hooks.after(names.list, (transaction) => note('after'));
