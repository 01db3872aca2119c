// shows: hooks with a callback, called later
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const later = (text) => (data, done) => setTimeout(() => {
  note(text);
  done();
}, 5);
hooks.beforeAll(later('beforeAll'));
hooks.beforeEach(later('beforeEach'));
hooks.before(names.create, later('before'));
hooks.beforeEachValidation(later('beforeEachValidation'));
hooks.beforeValidation(names.create, later('beforeValidation'));
hooks.afterEach(later('afterEach'));
hooks.after(names.create, later('after'));
hooks.afterAll(later('afterAll'));
