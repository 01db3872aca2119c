// shows: several hook files run in the order of their base names

const hooks = require('hooks');
const note = require('note');

note('load 2');
hooks.beforeEach((transaction) => note(`2 ${transaction.id}`));
