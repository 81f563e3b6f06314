import { MemoryShelf } from './run-shelf.ts';
import { describeShelf } from './run-shelf.fixture.ts';

describeShelf('MemoryShelf', async () => new MemoryShelf());
