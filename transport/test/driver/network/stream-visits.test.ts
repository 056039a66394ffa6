import { describe, expect, it } from "vitest";
import { ChangeWords, StreamVisits } from "../../../src/driver/network/stream-visits.js";

describe("visits of streams", () => {
  it("are due for all when the list is another, each in its place", () => {
    const visits = new StreamVisits();
    const [a, b, c] = [{ slot: 0 }, { slot: 0 }, { slot: 0 }];
    expect(visits.update([])).toBe(false);
    visits.setStale();
    expect(visits.update([a, b, c])).toBe(true);
    expect([a, b, c].map(({ slot }) => slot)).toEqual([0, 1, 2]);
    expect(visits.update([a, b, c])).toBe(false);
    visits.deadlines.fill(5);
    visits.setStale();
    visits.update([a, c]);
    expect(c.slot).toBe(1);
    expect([...visits.deadlines]).toEqual([-Infinity, -Infinity]);
  });

  it("are due for one that is woken, also when it is not in the list yet or no more", () => {
    const visits = new StreamVisits();
    const streams = [{ slot: 0 }, { slot: 0 }];
    visits.setStale();
    visits.update(streams);
    visits.deadlines.fill(5);
    visits.wake({ slot: 1 });
    visits.wake({ slot: 2 });
    expect([...visits.deadlines]).toEqual([5, -Infinity]);
  });
});

describe("change words", () => {
  it("show the other side that something changed, and which stream's word it is", () => {
    const mine = new ChangeWords();
    const others = new ChangeWords(mine.memory);
    const [first, second] = [ChangeWords.offsetOf(0), ChangeWords.offsetOf(1)];
    mine.raise(second);
    expect(others.get(first)).toBe(0);
    expect(others.get(second)).toBe(1);
  });

  it("are shared by streams beyond their number, inside their memory", () => {
    const words = new ChangeWords();
    const count = words.memory.byteLength / 4;
    expect(ChangeWords.offsetOf(count)).toBe(ChangeWords.offsetOf(0));
    expect(ChangeWords.offsetOf(2 * count - 1)).toBe(words.memory.byteLength - 4);
  });
});
