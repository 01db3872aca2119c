const hooks = require('hooks');
const note = require('note');

note('load 10');
hooks.beforeEach((transaction) => note(`10 ${transaction.id}`));
