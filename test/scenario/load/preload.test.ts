// In a process of its own: there no policy is loaded but by what is tested.
import { describe, expect, it } from 'vitest';
import { fleetday } from '../../cli/cli.ts';
import { fileWith, MINIMAL } from '../scenario-text.ts';

describe('what a scenario needs of the program', () => {
  it('is there, too, where a policy is named by escapes', () => {
    // Neither the key nor the name stands in the file.
    const good = fileWith(`${MINIMAL}"auto\\x73caling": "h\\u0070a"\n`);
    expect(fleetday(['validate', good])).toMatchObject({ code: 0, stderr: '' });
    const bad = fileWith(`${MINIMAL}"auto\\x73caling": "h\\u0070b"\n`);
    const refused = fleetday(['validate', bad]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/s\.yaml:2:\d+ .*hpb.*did you mean "hpa"/);
  });
});
