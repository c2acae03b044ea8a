// Reason of an abort that leaves a sweep's points in the queue, to come back to them; any other takes them out.
export const DETACH = Symbol('detach');
