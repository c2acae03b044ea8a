// What the engine does for the kernel.

/** The batching policy's, with whatever is rare. */
export declare function form(replica: i32): void;
/** Asks the performance model what stands in the plan. */
export declare function planStep(replica: i32): void;
/** Fetches the segment of the performance model that the replica's context is in. */
export declare function findSegment(replica: i32): void;
/** More entries for the cell that is entered. */
export declare function growPool(): void;
/** A good request that arrived before the window began. */
export declare function attainedEarlier(arrival: f64): void;
