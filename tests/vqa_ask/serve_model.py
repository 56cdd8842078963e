"""Serves a model of tests/data/vqa by xllamacpp: MODEL PROJECTOR PORT [ALIAS]. Runs in the Python that has it."""

import sys
import time

import xllamacpp

model, projector, port = sys.argv[1:4]
parameters = xllamacpp.CommonParams()
parameters.model.path = model
parameters.mmproj.path = projector
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(port)
parameters.n_ctx = 4096
parameters.n_parallel = 1
parameters.warmup = False
parameters.use_jinja = True
# Several would wait for each other in a busy loop, for minutes on a machine that has other work.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
while True:
    time.sleep(3600)
