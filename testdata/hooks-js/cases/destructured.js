// shows: functions taken out of the module
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const { before, after, beforeEach, log } = require('hooks');
const { beforeAll } = hooks;
beforeAll((transactions) => note('beforeAll'));
beforeEach((transaction) => note(`beforeEach ${transaction.id}`));
before(names.list, (transaction) => log('before'));
after(names.list, (transaction) => note('after'));
