const hooks = require('hooks');
const note = require('note');

note('load 1');
hooks.beforeEach((transaction) => note(`1 ${transaction.id}`));
