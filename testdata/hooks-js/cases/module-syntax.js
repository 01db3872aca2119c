// shows: a file that is written as a module of ECMAScript, and not named so
// differs: order: hook files may be modules of ECMAScript
// bailiff order: before Items > Items > List

import { before } from 'hooks';
import note from '../lib/note.js';

before('Items > Items > List', (transaction) => note(`before ${transaction.name}`));
