// shows: an async function with one parameter: it is waited for
// differs: order: promises are waited for; Dredd goes on at once
// bailiff order: beforeEach GET (200) /items, afterEach GET (200) /items, beforeEach POST (201) /items, afterEach POST (201) /items, beforeEach GET (200) /items/1, afterEach GET (200) /items/1, beforeEach PUT (200) /items/1, afterEach PUT (200) /items/1, beforeEach DELETE (204) /items/1, afterEach DELETE (204) /items/1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const pause = () => new Promise((resolve) => setTimeout(resolve, 30));
hooks.beforeEach(async (transaction) => {
  await pause();
  note(`beforeEach ${transaction.id}`);
});
hooks.afterEach((transaction) => note(`afterEach ${transaction.id}`));
