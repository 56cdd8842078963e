"""A short call of mestr-train-mean, inside the process of the test."""

from mestr.programs import called_as, train_mean

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
    assert lines[-1].startswith(f"{called_as()}: ")
    return lines[-1]
