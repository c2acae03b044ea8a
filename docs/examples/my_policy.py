"""A policy as a program: one line of JSON in, one line out. Scales on the mean queue of a replica.

    autoscaling: { policy: { command: [python3, ./my_policy.py], interval: 30s } }
"""

import json
import math
import sys

for line in sys.stdin:
    question = json.loads(line)
    observation = question["observation"]
    target = question["parameters"].get("target", 8)
    requests = observation["gatewayQueue"]
    for replica in observation["replicas"]:
        requests += replica["running"] + replica["waiting"]
    answer = {
        "desiredReplicas": None if observation["metricsOutage"] else math.ceil(requests / target),
        "reason": f"{requests} requests at {target} per replica",
        "state": None,
    }
    print(json.dumps(answer), flush=True)
