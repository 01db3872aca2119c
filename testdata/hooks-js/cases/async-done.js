// shows: an async function that takes done and calls it
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
hooks.beforeEach(async (transaction, done) => {
  await pause();
  note(`beforeEach ${transaction.id}`);
  transaction.request.headers['X-Async'] = 'yes';
  done();
});
