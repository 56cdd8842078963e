"""A short call of scripts/train_mean.py, inside the process of the test."""

import train_mean

QUICK = (
    "--training-data made-up --licence none --device cpu --no-plots "
    "--spot-epochs 8 --recog-epochs 15 --learning-rate 2e-3 --head-l2 1e-3"
).split()


def train(folder, output, *flags):
    """The exit code. `folder`: a made_up_features.Folder."""
    arguments = [folder.path, "--labels", folder.labels, "-o", output, *QUICK, *flags]
    return train_mean.main([str(a) for a in arguments])


def error_of(capsys):
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("train_mean.py: ")
    return lines[-1]
