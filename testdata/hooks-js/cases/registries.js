// shows: hooks that are put into the registries by hand
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEachHooks.push((transaction) => note(`pushed ${transaction.id}`));
hooks.beforeHooks[names.list] = [(transaction) => note('assigned')];
