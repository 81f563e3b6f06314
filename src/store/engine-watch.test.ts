import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineWatch } from './engine-watch.ts';

const second = 1000;

describe('EngineWatch', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 5000 }));
  afterEach(() => void vi.useRealTimers());

  const watched = () => {
    const ask = vi.fn<() => void>();
    const told: (number | null)[] = [];
    return { ask, told, watch: new EngineWatch(ask, (since) => void told.push(since)) };
  };

  it('does not ask an engine that has not yet begun', () => {
    const { ask, told } = watched();
    vi.advanceTimersByTime(600 * second);
    expect(ask).not.toHaveBeenCalled();
    expect(told).toEqual([]);
  });

  it('tells once of an engine that has not answered for a minute, and when it answers after all', () => {
    const { ask, told, watch } = watched();
    watch.heard();
    vi.advanceTimersByTime(69 * second);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(600 * second);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(told).toEqual([5000]);
    watch.heard();
    expect(told).toEqual([5000, null]);
  });

  it('is content with an engine that answers late', () => {
    const { ask, told, watch } = watched();
    ask.mockImplementation(() => void setTimeout(() => watch.heard(), 55 * second));
    watch.heard();
    vi.advanceTimersByTime(3600 * second);
    expect(ask.mock.calls.length).toBeGreaterThan(30);
    expect(told).toEqual([]);
  });

  it('lets go of an engine that is gone', () => {
    const { ask, told, watch } = watched();
    watch.heard();
    vi.advanceTimersByTime(90 * second);
    watch.end();
    vi.advanceTimersByTime(600 * second);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(told).toEqual([5000, null]);
  });
});
